"""The inbox's addresses, below `/app/<workspace>/inbox/`."""

from django.urls import path

from infinitypro.inbox import views

app_name = "inbox"
ONE = "<uuid:conversation>/"
urlpatterns = [
    path("", views.list_, name="list"),
    path("count/", views.count, name="count"),
    path(ONE, views.conversation, name="conversation"),
    path(f"{ONE}earlier/", views.earlier, name="earlier"),
    path(f"{ONE}panel/", views.panel, name="panel"),
    path(f"{ONE}media/<uuid:message>/", views.media, name="media"),
    path(f"{ONE}reply/", views.reply, name="reply"),
    path(f"{ONE}note/", views.note, name="note"),
    path(f"{ONE}assign/", views.assign, name="assign"),
    path(f"{ONE}take-over/", views.take_over, name="take_over"),
    path(f"{ONE}give-back/", views.give_back, name="give_back"),
    path(f"{ONE}resolve/", views.resolve, name="resolve"),
    path(f"{ONE}reopen/", views.reopen, name="reopen"),
    path(f"{ONE}snooze/", views.snooze, name="snooze"),
    path(f"{ONE}retry/<uuid:message>/", views.retry, name="retry"),
]
