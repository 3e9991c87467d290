"""What people know better than the data: effort, RICE inputs, themes, corrected deals."""
