"""Pages of a list: 50 rows unless asked, 100 at most."""

from rest_framework.pagination import PageNumberPagination


class PageNumbers(PageNumberPagination):
    """``?page=2&page_size=100``; a page that does not exist is 404."""

    page_size_query_param = "page_size"
    max_page_size = 100

    def get_page_number(self, request, paginator):
        """Return the page asked for; a number of absurd length counts as one that does not exist."""
        number = super().get_page_number(request, paginator)
        return number if len(str(number)) < 10 else "0"
