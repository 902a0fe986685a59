// Says before a file is sent that it is too large: an upload that is refused at its end costs minutes.
for (const form of document.querySelectorAll("form[data-largest]")) {
  const field = form.querySelector("input[type=file]");
  field.addEventListener("change", () => {
    const isTooLarge = [...field.files].some((file) => file.size > Number(form.dataset.largest));
    field.setCustomValidity(isTooLarge ? form.dataset.tooLarge : "");
    field.reportValidity();
  });
}
