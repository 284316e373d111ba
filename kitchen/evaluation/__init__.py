"""What worked, who did it, fairly counted (评估评价)."""
