"""What can be asked? Values and lists from the lake, boards, snapshots, published figures."""
