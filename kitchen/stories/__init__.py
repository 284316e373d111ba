"""⑥ 稿件提交 and ⑦ 编辑统筹: one master text, its versions, and an edition of it per channel."""
