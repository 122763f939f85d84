"""Addresses of the kernel."""

from django.urls import path

from . import views

app_name = "kernel"
urlpatterns = [path("attachments/<uuid:key>/", views.attachment, name="attachment")]
