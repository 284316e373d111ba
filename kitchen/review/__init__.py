"""⑧ 审核: who judges a story, level by level; what is approved is bound to its bytes."""
