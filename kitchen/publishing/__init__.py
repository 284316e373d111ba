"""⑧ 发布: what was approved goes out, once; what became of it is known, and can be taken back."""
