"""Issues of GitLab in Slack: linking, creating, and asking what a closing means."""
