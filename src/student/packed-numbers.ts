import { z } from 'zod';

const LARGEST = 32_767;

/**
 * Many numbers as a scale and whole numbers of 16 bits, base64 of little-endian. The grid makes
 * a file a quarter of its size in doubles, and takes away last bits that mean nothing.
 */
export const packedSchema = z.object({ scale: z.number().nonnegative(), int16: z.base64() });
export type Packed = z.infer<typeof packedSchema>;

export function pack(values: Float32Array): Packed {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = largest / LARGEST;
  const octets = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => {
    octets.writeInt16LE(scale === 0 ? 0 : Math.round(value / scale), i * 2);
  });
  return { scale, int16: octets.toString('base64') };
}

/** @returns undefined where there are not `length` numbers in it */
export function unpack({ scale, int16 }: Packed, length: number): Float32Array | undefined {
  const octets = Buffer.from(int16, 'base64');
  if (octets.length !== length * 2) return undefined;
  return Float32Array.from({ length }, (_, i) => octets.readInt16LE(i * 2) * scale);
}
