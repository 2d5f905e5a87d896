export { Chance } from '../../src/simulation/world/chance';
