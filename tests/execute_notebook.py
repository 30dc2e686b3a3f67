"""Executes a notebook with its kernel; what its cells print goes to standard output and error.

Argument: the notebook. A cell that fails, or shows the value of its last expression, is
named on standard error; the next cells run all the same. Exit code: 0; 1 when a cell was named; 3 when the file is no valid nbformat 4.5, or Jupyter would
save it with other bytes; 4 when the kernel died.
"""
import sys

import nbclient
import nbformat

path = sys.argv[1]
with open(path, encoding="utf-8") as file:
    text = file.read()
notebook = nbformat.reads(text, as_version=4)
nbformat.validate(notebook)
if (notebook.nbformat, notebook.nbformat_minor) != (4, 5):
    sys.exit(3)
if nbformat.writes(notebook) + "\n" != text:
    print("Jupyter would save this with other bytes", file=sys.stderr)
    sys.exit(3)
client = nbclient.NotebookClient(notebook, timeout=180, allow_errors=True)
try:
    client.execute()
except nbclient.exceptions.DeadKernelError:
    print("the kernel died", file=sys.stderr)
    sys.exit(4)
failed = False
for cell in notebook.cells:
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            print(output.text, end="", file=getattr(sys, output.name))
        elif output.output_type == "error":
            failed = True
            print(f"CELL {cell.id}: {output.evalue}", file=sys.stderr)
        elif output.output_type == "execute_result":
            failed = True
            print(f"CELL {cell.id} shows a value: {output.data}", file=sys.stderr)
sys.exit(1 if failed else 0)
