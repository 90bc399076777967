"""Ways of learning, all with the interface of `base.Learner`."""
