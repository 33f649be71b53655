// Which square of a picture is kept: drawn as it will be, moved by sliders or by dragging. The server reckons the same.

/** @typedef {{ x: number, y: number, zoom: number }} Crop percents, as the form sends them */

/** @type {ImageBitmap | null} */
let picture = null;
/** @type {{ at: [number, number], from: Crop } | null} */
let drag = null;

/** Safe to run for every page that comes. */
export function startCrop() {
  const form = document.getElementById("picture-form");
  if (!form || form.dataset.started) return;
  form.dataset.started = "yes";
  fileField().addEventListener("change", () => open());
  form.addEventListener("input", draw);
  form.addEventListener("submit", refuseNothing, true);
  const preview = canvas();
  preview.addEventListener("pointerdown", grab);
  preview.addEventListener("pointermove", move);
  for (const type of ["pointerup", "pointercancel"]) preview.addEventListener(type, () => (drag = null));
}

/** The picture that was just chosen; null: it cannot be opened here. */
async function open() {
  forget();
  part("refusal").textContent = "";
  fileField().removeAttribute("aria-invalid");
  const [file] = fileField().files ?? [];
  if (!file) return;
  if (file.size > Number(document.getElementById("picture-form")?.dataset.bytesMax)) return refuse("too_large");
  try {
    picture = await createImageBitmap(file);
  } catch {
    return refuse("unreadable");
  }
  for (const [name, value] of Object.entries({ x: "50", y: "50", zoom: "100" })) slider(name).value = value;
  part("crop").hidden = false;
  draw();
}

function forget() {
  picture?.close();
  picture = null;
  part("crop").hidden = true;
}

/** What cannot be saved is said before it is sent; what the server would say stays its own. @param {string} code */
function refuse(code) {
  const words = document.querySelector(`#picture-form [data-refusal="${code}"]`)?.textContent ?? "";
  part("refusal").textContent = words;
  fileField().setAttribute("aria-invalid", "true");
  fileField().value = "";
}

/** @param {Event} event */
function refuseNothing(event) {
  if (fileField().files?.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  refuse("missing");
  fileField().focus();
}

function draw() {
  const pen = canvas().getContext("2d");
  if (!picture || !pen) return;
  const { x, y, zoom } = chosen();
  const side = (Math.min(picture.width, picture.height) * 100) / zoom;
  const left = ((picture.width - side) * x) / 100;
  const upper = ((picture.height - side) * y) / 100;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas().width, canvas().height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, left, upper, side, side, 0, 0, canvas().width, canvas().height);
}

/** @param {PointerEvent} event */
function grab(event) {
  canvas().setPointerCapture(event.pointerId);
  drag = { at: [event.clientX, event.clientY], from: chosen() };
}

/** The picture goes with the pointer. @param {PointerEvent} event */
function move(event) {
  if (!drag || !picture) return;
  const side = (Math.min(picture.width, picture.height) * 100) / drag.from.zoom;
  const scale = side / canvas().clientWidth; // pixels of the picture to one of the screen
  slide("x", drag.from.x, (event.clientX - drag.at[0]) * scale, picture.width - side);
  slide("y", drag.from.y, (event.clientY - drag.at[1]) * scale, picture.height - side);
  draw();
}

/**
 * @param {string} name
 * @param {number} from
 * @param {number} moved
 * @param {number} room
 */
function slide(name, from, moved, room) {
  if (room > 0) slider(name).value = String(Math.round(from - (moved * 100) / room));
}

/** @returns {Crop} */
function chosen() {
  return { x: Number(slider("x").value), y: Number(slider("y").value), zoom: Number(slider("zoom").value) };
}

/** @param {string} name */
function slider(name) {
  return /** @type {HTMLInputElement} */ (document.querySelector(`#picture-form [name="${name}"]`));
}

function fileField() {
  return slider("picture");
}

/** @param {string} role */
function part(role) {
  return /** @type {HTMLElement} */ (document.querySelector(`#picture-form [data-role="${role}"]`));
}

function canvas() {
  return /** @type {HTMLCanvasElement} */ (part("preview"));
}
