"""Documents that come from elsewhere and keep themselves fresh: pages, sitemaps, feeds, git repositories."""
