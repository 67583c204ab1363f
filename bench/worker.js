// Runs one variant of one case and prints its figure: node bench/worker.js CASE ours|reference
const [name = "", variant = ""] = process.argv.slice(2);
const { benchmark } = await import(`./cases/${name}.js`);
const figure = await benchmark.variants[variant]();
process.stdout.write(JSON.stringify({ figure }));
