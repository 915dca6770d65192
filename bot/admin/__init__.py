"""What admins do, the same for every channel: reindex, roll back, add, remove, look."""
