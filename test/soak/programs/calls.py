# Calls functions in both languages, at once and one after the other.
# outcome: ok
# result: "@SUM@"
import asyncio

from functions import soak

twice, thrice = await asyncio.gather(soak.twice.aio(n=@SUM@), soak.thrice.aio(n=@SUM@))
result = str(thrice - twice) if soak.twice(n=1) == 2 else "twice is wrong"
