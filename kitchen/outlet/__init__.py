"""Our own app: the newsroom's outlet, whose content API takes pieces and whose pages show them."""
