"""What is filled in?"""
