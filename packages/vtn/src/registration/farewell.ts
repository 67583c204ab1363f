/** Ends the registration of a VEN, and forgets all that is known of it (rule 407). */
export type Farewell = (venId: string) => Promise<void>;
