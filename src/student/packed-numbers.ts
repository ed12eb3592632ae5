const LARGEST = 32_767;

/**
 * Many numbers as a scale and whole numbers of 16 bits, base64 of little-endian. The grid makes
 * a file a quarter of its size in doubles, and takes away last bits that mean nothing.
 */
export interface Packed {
  readonly scale: number;
  readonly int16: string;
}

export function pack(values: Float32Array): Packed {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    largest = Math.max(largest, Math.abs(values[i] as number));
  }
  const scale = largest / LARGEST;
  const view = new DataView(new ArrayBuffer(values.length * 2));
  for (let i = 0; i < values.length; i++) {
    view.setInt16(i * 2, scale === 0 ? 0 : Math.round((values[i] as number) / scale), true);
  }
  let octets = '';
  for (let i = 0; i < view.byteLength; i++) octets += String.fromCharCode(view.getUint8(i));
  return { scale, int16: btoa(octets) };
}

/** @returns undefined where it is not base64, or does not hold `length` numbers */
export function unpack({ scale, int16 }: Packed, length: number): Float32Array | undefined {
  const octets = decodeBase64(int16);
  if (octets?.length !== length * 2) return undefined;
  // Straight from the text: these are many, and every start of a student waits for them.
  return new Float32Array(length).map((_, i) => {
    const bits = octets.charCodeAt(i * 2) | (octets.charCodeAt(i * 2 + 1) << 8);
    return ((bits << 16) >> 16) * scale; // With its sign.
  });
}

function decodeBase64(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}
