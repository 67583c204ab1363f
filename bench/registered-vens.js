// Registers VENs straight through the Store: over messages it would take longer than what is to be measured.

/**
 * A store in memory in which the VENs `ven-0`, `ven-1` and so on are registered, and nothing waits for them.
 *
 * @param {number} count
 */
export async function storeOfVens(count) {
  const { MemoryStore } = await import("@openleadr/vtn");
  const store = new MemoryStore();
  for (let index = 0; index < count; index++) await store.register(registrationOf(index), []);
  return store;
}

/** @param {number} index */
function registrationOf(index) {
  return {
    venId: `ven-${index}`,
    registrationId: `registration-${index}`,
    venName: `the VEN ${index}`,
    profileName: /** @type {const} */ ("2.0b"),
    transportName: /** @type {const} */ ("simpleHttp"),
    reportOnly: false,
    xmlSignature: false,
    httpPullModel: true,
    registeredAt: new Date(),
  };
}
