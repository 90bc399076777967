"""What a platform takes: a submission to hand in, a competition to open."""
