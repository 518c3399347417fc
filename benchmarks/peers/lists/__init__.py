"""Lists as Django projects usually make them: Paginator with icontains, and the admin, over the same accounts."""
