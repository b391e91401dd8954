"""Policy instruments, action plans, actions, milestones and the sources of each action."""
