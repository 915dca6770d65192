"""WeCom (企业微信): what its servers say becomes a Question, a Card becomes what its clients show, and nothing else."""
