import { request } from '../../bridge';
import { toast } from '../../stores/ui';
import type { Mark } from '../../components/state-mark';
import type { Picture, PictureColours } from '../../../app/topology/tree-picture';

/** The window's colours at this moment. */
export function pictureColours(): PictureColours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const marks: Readonly<Record<Mark, string>> = {
    ok: colour('ok'),
    warning: colour('warn'),
    critical: colour('crit'),
    info: colour('info'),
    unknown: colour('faint'),
  };
  return {
    panel: colour('panel'),
    raise: colour('raise'),
    line: colour('line-strong'),
    edge: colour('edge'),
    text: colour('text'),
    dim: colour('dim'),
    accent: colour('accent'),
    marks,
  };
}

/** Saves a picture where the person chooses, and says where it is or why it is not. */
export async function savePicture(name: string, kind: 'svg' | 'png', picture: Picture): Promise<void> {
  try {
    const content = kind === 'svg' ? picture.svg : await rasterised(picture);
    const saved = await request('file.save', { name, kind, content });
    if (!saved.ok) toast(saved.error.message, 'critical');
    else if (saved.value !== null) toast(`Saved as ${saved.value}`);
  } catch (error) {
    toast(`The picture could not be made: ${error instanceof Error ? error.message : String(error)}`, 'critical');
  }
}

/** No canvas is larger than this on a side, in pixels. */
const LARGEST = 16_000;

/** The picture as a PNG, at twice its size where a canvas can be so large. */
async function rasterised({ svg, width, height }: Picture): Promise<Uint8Array<ArrayBuffer>> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(2, LARGEST / width, LARGEST / height);
  const canvas = document.createElement('canvas');
  canvas.width = Math.floor(width * scale);
  canvas.height = Math.floor(height * scale);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('there is no canvas to draw on');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (blob === null) throw new Error('it is too large for a PNG; save it as SVG');
  return new Uint8Array(await blob.arrayBuffer());
}
