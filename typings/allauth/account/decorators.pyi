from collections.abc import Callable
from typing import Any, TypeVar, overload

View = TypeVar("View", bound=Callable[..., object])

@overload
def reauthentication_required(function: View) -> View: ...
@overload
def reauthentication_required(
    function: None = None, *, allow_get: bool = False, enabled: Callable[[Any], bool] | None = None
) -> Callable[[View], View]: ...
