"""Which page?"""
