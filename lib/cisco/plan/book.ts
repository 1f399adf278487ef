/** The devices of an FMC, gathered from sources of which each knows another name for them. */

/** What a source knows of a device. */
export interface Identity {
  readonly uuid?: string | null;
  readonly name?: string | null;
  readonly address?: string | null;
}

export interface Entry {
  uuid: string | null;
  name: string | null;
  address: string | null;
  /** In which sources it is named. */
  readonly sources: Set<string>;
}

/** Far beyond what an FMC manages; what is beyond it is told, not planned for. */
export const maxDevices = 5_000;

/** Devices by UUID, else by name, else by address; whatever a source adds is kept with the device. */
export class DeviceBook<Facts> {
  readonly #entries: (Entry & { readonly facts: Facts })[] = [];
  readonly #index = new Map<string, Entry & { readonly facts: Facts }>();
  readonly #facts: () => Facts;
  #overflow = false;

  /** @param facts of a new device. */
  constructor(facts: () => Facts) {
    this.#facts = facts;
  }

  /** The device with this identity; null where nothing identifies it, or there are too many. */
  device(identity: Identity, source: string): (Entry & { readonly facts: Facts }) | null {
    const keys = keysOf(identity);
    if (keys.length === 0) return null;
    const uuid = identity.uuid?.toLowerCase() ?? null;
    const found = keys
      .map((key) => this.#index.get(key))
      // Another device that has the name or the address of this one.
      .find((entry) => entry !== undefined && (uuid === null || entry.uuid === null || entry.uuid === uuid));
    const entry = found ?? this.#added();
    if (entry === null) return null;
    entry.uuid ??= uuid;
    entry.name ??= identity.name ?? null;
    entry.address ??= identity.address ?? null;
    entry.sources.add(source);
    for (const key of keysOf(entry)) if (!this.#index.has(key)) this.#index.set(key, entry);
    return entry;
  }

  all(): readonly (Entry & { readonly facts: Facts })[] {
    return this.#entries;
  }

  /** True when some were left out. */
  get overflow(): boolean {
    return this.#overflow;
  }

  #added(): (Entry & { readonly facts: Facts }) | null {
    if (this.#entries.length >= maxDevices) {
      this.#overflow = true;
      return null;
    }
    const entry = { uuid: null, name: null, address: null, sources: new Set<string>(), facts: this.#facts() };
    this.#entries.push(entry);
    return entry;
  }
}

function keysOf({ uuid, name, address }: Identity): string[] {
  return [
    ...(uuid == null ? [] : [`uuid ${uuid.toLowerCase()}`]),
    ...(name == null || name === '' ? [] : [`name ${name.toLowerCase()}`]),
    ...(address == null || address === '' ? [] : [`address ${address.toLowerCase()}`]),
  ];
}
