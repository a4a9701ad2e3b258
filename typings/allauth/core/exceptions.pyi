from django.http import HttpResponseBase

class ImmediateHttpResponse(Exception):
    response: HttpResponseBase

    def __init__(self, response: HttpResponseBase) -> None: ...
