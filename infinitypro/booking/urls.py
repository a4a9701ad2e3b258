"""The calendar's addresses, below `/app/<workspace>/calendar/`."""

from django.urls import path

from infinitypro.booking import views

app_name = "booking"
ONE = "<uuid:appointment>/"
urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("events/", views.events, name="events"),
    path("new/", views.new, name="new"),
    path("of/<uuid:contact>/", views.of_contact, name="of_contact"),
    path(ONE, views.appointment, name="appointment"),
    path(f"{ONE}move/", views.move, name="move"),
    path(f"{ONE}confirm/", views.confirm, name="confirm"),
    path(f"{ONE}done/", views.done, name="done"),
    path(f"{ONE}no-show/", views.no_show, name="no_show"),
    path(f"{ONE}cancel/", views.cancel, name="cancel"),
]
