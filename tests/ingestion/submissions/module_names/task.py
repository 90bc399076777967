OWNER = "the submission"
