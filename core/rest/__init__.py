"""The API's common ground: problems, paging, filters, throttles, schema and the base viewset.

Classes that ``REST_FRAMEWORK`` names live apart from the viewsets, else imports go in circles.
"""
