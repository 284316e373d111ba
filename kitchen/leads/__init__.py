"""① 线索汇集: where news begins. Reports are gathered, told apart, taken up or not."""
