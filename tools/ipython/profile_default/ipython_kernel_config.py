"""The kernels of the book's build: figures as SVG, no history, no notices."""

c = get_config()  # noqa: F821
c.InlineBackend.figure_formats = {"svg"}
c.IPKernelApp.log_level = 40
c.HistoryManager.enabled = False
