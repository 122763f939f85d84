"""What do we keep? Catalogues as versions, one dossier a project, its handlings, and the people round it."""

from .catalogue import CatalogueChange, CatalogueVersion, DepartmentUnit
from .dossiers import Dossier, Handling, HandlingEvent, Material, Promise
from .people import Butler, ButlerNote, Message, Rating, SurveyOrder

__all__ = [
    "Butler", "ButlerNote", "CatalogueChange", "CatalogueVersion", "DepartmentUnit", "Dossier", "Handling",
    "HandlingEvent", "Material", "Message", "Promise", "Rating", "SurveyOrder",
]
