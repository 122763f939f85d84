"""The sample district: invented, seeded, its totals those published for 济阳 2024; built through actions only."""
