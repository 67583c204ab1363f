// What mqtt's declarations use of worker-timers, whose own need those of a browser.
export declare function setInterval(callback: () => void, delay: number): number;
export declare function clearInterval(timer: number): void;
