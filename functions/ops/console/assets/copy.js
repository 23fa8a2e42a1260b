// Without this script every command can still be marked with one click and copied.
const said = document.getElementById("said");

for (const button of document.querySelectorAll(".command button")) {
  const code = button.previousElementSibling;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      said.textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(code);
      said.textContent = "The browser does not copy by itself: the command is marked.";
    }
  });
}
