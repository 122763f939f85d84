"""Which page of the package has which address."""

from django.urls import path

from . import views

urlpatterns = [
    path("views/save/", views.view_save, name="view_save"),
    path("views/<int:view>/delete/", views.view_delete, name="view_delete"),
]
