"""The questions, one small file each; README.md beside them says how to write one."""
