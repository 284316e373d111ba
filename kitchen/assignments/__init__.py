"""④⑤ 任务派发与编采联动: who goes where by when, and the thread of field and desk."""
