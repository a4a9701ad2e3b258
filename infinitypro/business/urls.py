"""The business's addresses, below `/app/<workspace>/business/`."""

from django.urls import path

from infinitypro.business import views

app_name = "business"
ONE = "questions/<uuid:question>/"
urlpatterns = [
    path("", views.facts, name="facts"),
    path("hours/", views.hours, name="hours"),
    path("hours/closed/", views.close, name="close"),
    path("hours/holidays/", views.holidays, name="holidays"),
    path("hours/open/", views.open_again, name="open_again"),
    path("rules/", views.rules, name="rules"),
    path("undo/", views.undo, name="undo"),
    path("questions/", views.questions, name="questions"),
    path("questions/new/", views.new_question, name="new_question"),
    path("questions/back/", views.question_back, name="question_back"),
    path(ONE, views.question, name="question"),
    path(f"{ONE}move/", views.move_question, name="move_question"),
    path(f"{ONE}remove/", views.remove_question, name="remove_question"),
]
