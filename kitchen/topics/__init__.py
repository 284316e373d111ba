"""②③ 选题申报与研判审批: topics proposed each day, and the meeting that decides on them."""
