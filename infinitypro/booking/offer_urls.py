"""What is offered, below `/app/<workspace>/services/`: services, people, resources and the whole file."""

from django.urls import path

from infinitypro.booking import file_views, offer_views, people_views, resource_views

app_name = "offer"
SERVICE = "<uuid:service>/"
PERSON = "people/<uuid:person>/"
RESOURCE = "resources/<uuid:resource>/"
urlpatterns = [
    path("", offer_views.services, name="services"),
    path("new/", offer_views.new_service, name="new_service"),
    path("undo/", offer_views.undo, name="undo"),
    path(SERVICE, offer_views.service, name="service"),
    path(f"{SERVICE}bookable/", offer_views.bookable, name="bookable"),
    path("people/", people_views.people, name="people"),
    path("people/new/", people_views.new_person, name="new_person"),
    path(PERSON, people_views.person, name="person"),
    path(f"{PERSON}bookable/", people_views.active, name="active"),
    path(f"{PERSON}away/", people_views.away, name="away"),
    path(f"{PERSON}back/<uuid:time_off>/", people_views.back, name="back"),
    path("resources/", resource_views.resources, name="resources"),
    path("resources/new/", resource_views.new_resource, name="new_resource"),
    path(RESOURCE, resource_views.resource, name="resource"),
    path(f"{RESOURCE}remove/", resource_views.remove, name="remove_resource"),
    path("file/", file_views.file, name="file"),
    path("file/business.yaml", file_views.download, name="download"),
]
