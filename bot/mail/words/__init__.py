"""Line by line: what the author of a mail wrote, and what they only carried along."""
