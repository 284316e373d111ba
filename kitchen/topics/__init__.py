"""② 选题申报 and ③ 研判审批: what shall become a story, and in what way."""
