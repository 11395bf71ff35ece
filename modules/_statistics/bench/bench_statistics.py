"""Benchmark cases for _statistics: each gives the same work to whichever module it is handed."""


def cases():
    """Yield the cases: a name, the sizes, and what makes the function to time."""
    for name, p in (("the middle", 0.3), ("a tail", 0.01), ("the end of a tail", 1e-30)):
        yield {"name": f"_normal_dist_inv_cdf, {name}", "sizes": [0], "setup": quantile(p)}
    yield {"name": "_normal_dist_inv_cdf, ints", "sizes": [0], "setup": quantile(0.3, 0, 1)}


def quantile(p, mu=0.0, sigma=1.0):
    def case(module, _):
        function = module._normal_dist_inv_cdf
        return lambda: function(p, mu, sigma)
    return case
