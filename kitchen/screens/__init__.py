"""Pages that show things from many stations side by side: the workbench, the navigation."""
