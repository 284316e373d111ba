// A small picture that shows what is coming: 640 pixels, drawn anew, so that nothing the camera wrote
// into the file comes along.

const SIDE = 640;

/** @param {Blob} blob @returns {Promise<Blob | null>} null where the browser cannot read the picture */
export async function small(blob) {
  try {
    const picture = await createImageBitmap(blob);
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.7));
  } catch {
    return null;
  }
}
