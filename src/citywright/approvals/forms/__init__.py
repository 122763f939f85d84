"""How is typed text read?"""
