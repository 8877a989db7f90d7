import * as fs from 'node:fs';
import * as path from 'node:path';
import * as zlib from 'node:zlib';

/**
 * The processor that the program in some code is built for, by the names that Lambda has.
 *
 * @param file a zip file with `bootstrap` at its top, or a folder that holds `bootstrap`
 * @returns undefined for a script, which runs on every processor
 */
export function processorOf(file: string): string | undefined {
  const head = fs.statSync(file).isDirectory() ? headOf(path.join(file, 'bootstrap')) : headInZip(file);
  if (head.length < 20 || head.toString('latin1', 0, 4) !== '\x7fELF') {
    return undefined;
  }
  const machine = head.readUInt16LE(18);
  return MACHINES[machine] ?? `a processor that Lambda does not have (ELF machine ${machine})`;
}

/** `e_machine` of the ELF specification. */
const MACHINES: { [machine: number]: string } = { 0x3e: 'x86_64', 0xb7: 'arm64' };

/** More than the header of a program needs, and enough that a part of a compressed file gives that header. */
const ENOUGH = 4096;

function headOf(file: string): Buffer {
  const head = Buffer.alloc(ENOUGH);
  const opened = fs.openSync(file, 'r');
  try {
    return head.subarray(0, fs.readSync(opened, head));
  } finally {
    fs.closeSync(opened);
  }
}

/** The first bytes of `bootstrap` in a zip file. Offsets are those of the ZIP specification (APPNOTE.TXT). */
function headInZip(file: string): Buffer {
  const zip = fs.readFileSync(file);
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0) {
    throw new Error(`code: ${file} is not a zip file.`);
  }
  let entry = zip.readUInt32LE(end + 16);
  for (let rest = zip.readUInt16LE(end + 10); rest > 0; rest -= 1) {
    const [name, extra, comment] = [28, 30, 32].map((at) => zip.readUInt16LE(entry + at));
    if (zip.toString('utf8', entry + 46, entry + 46 + name) === 'bootstrap') {
      const local = zip.readUInt32LE(entry + 42);
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const content = zip.subarray(start, start + Math.min(zip.readUInt32LE(entry + 20), ENOUGH));
      const isStored = zip.readUInt16LE(entry + 10) === 0;
      return isStored ? content : zlib.inflateRawSync(content, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
    }
    entry += 46 + name + extra + comment;
  }
  throw new Error(`code: ${file} has no file \`bootstrap\` at its top, which is what Lambda starts.`);
}
