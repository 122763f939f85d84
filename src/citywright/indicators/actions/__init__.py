"""What can be done? Boards, snapshots, loading what others published."""
